"""What comes from strangers: their files, and the texts in them. Limits first, then what reads them."""
