"""The lattice: which releases of ogrom-sources serve which phase of the schema, alone and beside one another, by proof."""
