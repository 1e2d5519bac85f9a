"""One layout a page class: what stands where on it. Lengths in u; `screens.compose` chooses by the class."""
