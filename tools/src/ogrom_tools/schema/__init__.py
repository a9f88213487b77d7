"""The lattice: which releases of ogrom-sources serve which phase of the schema, alone and together, by proof."""
