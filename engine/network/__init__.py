"""What is opened in the network, and only where a person asks for an address."""
