"""Asterisk, driven over ARI and AMI."""
