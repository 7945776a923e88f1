"""How fast is the search, beside others that are asked the same in the same run?"""
