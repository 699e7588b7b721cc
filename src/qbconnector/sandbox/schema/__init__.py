"""The numbered SQL files of a company file's schema."""
