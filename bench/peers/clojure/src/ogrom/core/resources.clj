(ns ogrom.core.resources
  "The resources: what Liberator's decision graph asks of each."
  (:require [clojure.string :as string]
            [liberator.core :refer [defresource gen-etag]]
            [liberator.representation :refer [ring-response]]
            [ogrom.core.representation :refer [->Json problem]]
            [ogrom.core.views :refer [collages-view product-view]]
            [ogrom.protocols :refer [newest-collages product-by-id]])
  (:import [java.util Date UUID]
           [java.time Instant]))

(set! *warn-on-reflection* true)

(defn- problem-handler [status title detail]
  (fn [{:keys [request]}]
    (problem request status title (detail request))))

(defn- etag-listed?
  "Whether If-None-Match names the entity tag (RFC 9110, 13.1.2); Liberator's own decision knows no lists."
  [{:keys [request] :as ctx}]
  (let [listed (re-seq #"\"[^\"]*\"" (get-in request [:headers "if-none-match"]))]
    (boolean (some #{(gen-etag ctx)} listed))))

(def ^:private reading
  "What all resources share: they are read, as JSON, and tell mistakes as problem details."
  {:allowed-methods [:get :head :options]
   :available-media-types ["application/json"]
   :etag-matches-for-if-none? etag-listed?
   :handle-not-found
   (problem-handler 404 "Not Found" #(str "There is nothing at " (:uri %) "."))
   :handle-method-not-allowed
   (problem-handler 405 "Method Not Allowed"
                    #(str (string/upper-case (name (:request-method %))) " is not possible here; GET, HEAD, OPTIONS are."))
   :handle-not-acceptable
   (problem-handler 406 "Not Acceptable" (constantly "Available is application/json; accept it."))
   :handle-malformed
   (problem-handler 400 "Bad Request" (constantly "The query knows limit, a number from 1 to 100."))})

(defn- locale-of [{:keys [request]}]
  (get-in request [:route-params :locale]))

(defresource product [source] reading
  :exists? (fn [{:keys [request] :as ctx}]
             (let [id (parse-long (get-in request [:route-params :id]))]
               (when-let [found (product-by-id source (locale-of ctx) id)]
                 {::product found})))
  :etag (fn [{::keys [product]}]
          (some-> product :revision str))
  :last-modified (fn [{::keys [product]}]
                   (some-> ^Instant (:updated-at product) Date/from))
  :handle-ok (fn [{::keys [product] :as ctx}]
               (->Json (product-view (locale-of ctx) product))))

(defn- limit-of
  "The limit that a query asks for, 20 if it does not; nil if it asks for something else."
  [params]
  (when (every? #{"limit"} (keys params))
    (let [text (get params "limit" "20")]
      (when (and (string? text) (re-matches #"[1-9]\d?|100" text))
        (parse-long text)))))

(defn- digest
  "A name for a page, another one for any other."
  [{:keys [items more?]}]
  (let [written (pr-str more? (map (juxt :id :revision) items))]
    (str (UUID/nameUUIDFromBytes (.getBytes ^String written)))))

(defresource collages [source] reading
  :malformed? (fn [{:keys [request]}]
                (if-let [limit (limit-of (:query-params request))]
                  [false {::limit limit}]
                  true))
  :exists? (fn [{::keys [limit] :as ctx}]
             (when-let [page (newest-collages source (locale-of ctx) limit)]
               {::page page}))
  :etag (fn [{::keys [page]}]
          (some-> page digest))
  :handle-ok (fn [{::keys [limit page] :as ctx}]
               (let [{:keys [next] :as view} (collages-view (locale-of ctx) limit page)]
                 (cond-> (->Json view)
                   next (ring-response {:headers {"Link" (str "<" next ">; rel=\"next\"")}})))))
