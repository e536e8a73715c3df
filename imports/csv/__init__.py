"""CSV files of contacts: how they are written (dialect), their rows (reading), what their columns are (mapping), what
each row says (checking), and the batches that come of them (planning)."""
