(ns ogrom.sources.memory
  "The catalogue in memory: entities of one market, read once from a file of Ogrom's own answers."
  (:require [cheshire.core :as json]
            [clojure.java.io :as io]
            [ogrom.protocols :refer [CollageSource ProductSource]])
  (:import [java.time Instant]))

(defn- product [view]
  (let [{:keys [id title brand category_id price image_url revision updated_at]} view]
    {:id id
     :title title
     :brand brand
     :category-id category_id
     :amount (:amount price)
     :currency (:currency price)
     :image-url image_url
     :revision revision
     :updated-at (Instant/parse updated_at)}))

(defn- placement [view]
  (let [{:keys [product_id x y width height rotation z]} view]
    {:product-id product_id :x x :y y :width width :height height :rotation rotation :z z}))

(defn- collage [view]
  (let [{:keys [id author_id title placements revision created_at updated_at]} view]
    {:id id
     :author-id author_id
     :title title
     :placements (mapv placement placements)
     :revision revision
     :created-at (Instant/parse created_at)
     :updated-at (Instant/parse updated_at)}))

(defrecord MemorySource [market products collages more?]
  ProductSource
  (product-by-id [_ locale id]
    (when (= locale market)
      (get products id)))

  CollageSource
  (newest-collages [_ locale limit]
    (when (= locale market)
      {:items (into [] (take limit) collages)
       :more? (or more? (< limit (count collages)))})))

(defn- market-of
  "The locale of a page, which its link to itself names."
  [page]
  (second (re-find #"^/v1/([^/]+)/" (get-in page [:links :self]))))

(defn memory-source
  "A source of what is in the file: the market's products, and the first page of its collages."
  [file]
  (let [{:keys [products collages]} (with-open [reader (io/reader file)]
                                      (json/parse-stream reader true))]
    (->MemorySource (market-of collages)
                    (into {} (map (juxt :id product)) (vals products))
                    (mapv collage (:items collages))
                    (some? (:next collages)))))
