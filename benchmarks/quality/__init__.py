"""How good are our analysis and ranking, beside others on the same texts?"""
