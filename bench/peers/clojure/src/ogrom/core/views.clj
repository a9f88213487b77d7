(ns ogrom.core.views
  "What a client sees of each entity. `array-map`, because a map literal of nine keys has no order."
  (:require [ogrom.core.cursor :as cursor]
            [ogrom.core.routes :refer [path-to path-to-list]]))

(defn product-view [locale {:keys [id title brand category-id amount currency image-url revision updated-at]}]
  (array-map
   :id id
   :title title
   :brand brand
   :category_id category-id
   :price (array-map :amount amount :currency currency)
   :image_url image-url
   :revision revision
   :updated_at (str updated-at)
   :links (array-map :self (path-to :product locale id)
                     :category (path-to :category locale category-id))))

(defn- placement-view [{:keys [product-id x y width height rotation z]}]
  (array-map :product_id product-id :x x :y y :width width :height height :rotation rotation :z z))

(defn- collage-view [locale {:keys [id author-id title placements revision created-at updated-at]}]
  (array-map
   :id id
   :author_id author-id
   :title title
   :placements (mapv placement-view placements)
   :revision revision
   :created_at (str created-at)
   :updated_at (str updated-at)
   :links (array-map :self (path-to :collage locale id)
                     :author (path-to :user locale author-id)
                     :products (str (path-to-list :products locale) "?collage_id=" id)
                     :comments (path-to :comments locale id)
                     :likes (path-to :likes locale id))))

(defn collages-view [locale limit {:keys [items more?]}]
  (let [itself (str (path-to-list :collages locale) "?limit=" limit)]
    (array-map
     :items (mapv #(collage-view locale %) items)
     :next (when more? (str itself "&cursor=" (cursor/after locale (peek items))))
     :links (array-map :self itself))))
