"""The whole service under load: real processes, asked from outside at a constant rate."""
