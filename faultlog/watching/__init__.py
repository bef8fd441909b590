"""What following live logs takes: the file under a name, its lines as they grow, what its clock shows, what to keep."""
