"""Why is it slow: sentences with figures, made from the clocks. The list of kinds is ``registry``."""
