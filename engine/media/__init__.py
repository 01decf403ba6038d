"""Files of pictures and films: reading and writing them."""
