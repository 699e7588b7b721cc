"""The console's pages: what they show. What they change they ask the API for, from the browser."""
