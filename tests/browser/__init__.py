"""The pages in a browser, as a person has them."""
