"""What other tools hide, why something never happened, and how near the tests came to it.

Everything here is values made from `Evidence`; `report/` finds the words for them.
"""
