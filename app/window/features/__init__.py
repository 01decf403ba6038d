"""What a person can do, one module for each kind of thing. Parts of the controller; none shows anything by itself."""
