"""The steps that read one word form; their order is in ``chain``."""
