"""A print queue for whole A4 sheets: CUPS on this machine, spoken to in IPP."""
