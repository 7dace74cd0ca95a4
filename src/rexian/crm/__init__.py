"""Customers: who they are, by which numbers and addresses they are known, and who is calling.

Publishes `CustomerAdded`, `CustomerChanged`, `CustomerRemoved`. Needs nothing of the live centre: whoever asks "who is
this?" gets an answer or none.
"""
