"""Everything that makes generators and styles. Needs torch; never imported by the program."""
