"""How it is found: encoder, dense and lexical search, fusion, snapshots, answering."""
