"""Calendars: weekly windows, holidays and make-up workdays."""
