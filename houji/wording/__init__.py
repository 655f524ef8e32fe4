"""How numbers, money and dates are written for people, in Chinese and in English.

Pure functions in ``numbers`` and ``dates``; the template library ``houji`` offers them to every face.
"""
