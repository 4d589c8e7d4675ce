"""The command line: its commands, and what a person sees in the terminal."""
