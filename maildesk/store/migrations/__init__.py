"""One line of migrations for both databases."""
