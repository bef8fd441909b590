"""A fleet as one page, as pictures and as a screen: what is drawn is what the statistics say."""
