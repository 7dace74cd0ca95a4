"""What each input leads to, by noun: facts told and effects asked for, through a `Turn`."""
