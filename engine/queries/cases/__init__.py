"""One instance: its history in words, what was seen and decided, its files and comments, the case file, the replay."""
