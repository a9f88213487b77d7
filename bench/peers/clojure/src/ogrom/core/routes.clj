(ns ogrom.core.routes
  "Every path of the API that something here is at, or leads to."
  (:require [bidi.bidi :as bidi]
            [clojure.string :as string]))

(def ^:private market [#"de-DE|en-GB|fr-FR|pl-PL" :locale])
(def ^:private id [#"[1-9]\d{0,17}" :id])

(def routes
  "A vector and flat, since bidi tries one route after the other and each level costs: what is asked most stands first."
  ["/v1/"
   [[[market "/products/" id] :product]
    [[market "/collages"] :collages]
    [[market "/collages/" id] :collage]
    [[market "/collages/" id "/comments"] :comments]
    [[market "/collages/" id "/likes"] :likes]
    [[market "/products"] :products]
    [[market "/categories/" id] :category]
    [[market "/users/" id] :user]]])

(def ^:private some-id "An id that no path holds by chance." 999999999999999999)

(def ^:private around-id
  "What stands before an id in a path, and what behind it. Kept, because a page of collages has a hundred links."
  (memoize
   (fn [handler locale]
     (string/split (bidi/path-for routes handler :locale locale :id some-id) (re-pattern (str some-id)) 2))))

(defn path-to
  "The path of something that has an id."
  [handler locale id]
  (let [[before behind] (around-id handler locale)]
    (str before id behind)))

(defn path-to-list
  "The path of a list."
  [handler locale]
  (bidi/path-for routes handler :locale locale))
