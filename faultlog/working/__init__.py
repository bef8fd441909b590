"""Who works on what was uploaded: takes jobs, and analyses each in a child that may not outgrow its bounds."""
