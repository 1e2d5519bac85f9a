"""The virtual card reader: cards as pure models, the reader as a process, and the IFD handler that pcscd loads."""
