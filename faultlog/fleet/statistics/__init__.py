"""What a fleet's cases say together: each number with what it is out of, and how much was observed."""
