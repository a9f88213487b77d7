(ns ogrom.protocols
  "What the core asks of its sources. Entities are plain maps; times are java.time.Instants.")

(defprotocol ProductSource
  (product-by-id [source locale id]
    "The product as this market sells it, or nil."))

(defprotocol CollageSource
  (newest-collages [source locale limit]
    "A page of the market's collages, newest first: {:items [collage ...], :more? whether others follow}."))
