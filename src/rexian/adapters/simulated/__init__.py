"""The switch that is not there: works like one, in memory, on an injected clock."""
