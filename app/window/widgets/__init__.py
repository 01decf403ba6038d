"""The widgets. Each shows the state, and tells with a signal what a person did."""
