"""The live path: from a source to painted frames, on threads of its own."""
