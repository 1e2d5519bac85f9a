"""What the product costs, measured from outside beside baselines of the same run: `./script/bench`."""
