"""The rows of the table, a module each: `measure` takes the lab and gives the row's figures."""
