"""Works out the state of each measure from facts handed in; looks nothing up by itself."""
