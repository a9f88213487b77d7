(ns ogrom.core.representation
  "JSON as Liberator sends it here: by Cheshire, as bytes whose number is known before."
  (:require [cheshire.factory :as factory]
            [cheshire.generate :as generate]
            [liberator.representation :refer [Representation ring-response]])
  (:import [com.fasterxml.jackson.core JsonEncoding JsonFactory]
           [java.io ByteArrayOutputStream]))

(set! *warn-on-reflection* true)

(defn json-bytes
  "The value as JSON in UTF-8; maps keep their order."
  ^bytes [value]
  (let [out (ByteArrayOutputStream. 1024)]
    (with-open [generator (.createGenerator ^JsonFactory factory/json-factory out JsonEncoding/UTF8)]
      (generate/generate generator value factory/default-date-format nil nil))
    (.toByteArray out)))

;; A type of its own: Liberator's representation of a map is a string made by data.json.
(defrecord Json [value]
  Representation
  (as-response [_ _]
    (let [body (json-bytes value)]
      {:headers {"Content-Length" (str (alength body))}
       :body body})))

(defn problem
  "Problem details (RFC 9457) about a request."
  [{:keys [uri request-id]} status title detail]
  (ring-response
   (->Json (array-map :type "about:blank"
                      :title title
                      :status status
                      :detail detail
                      :instance uri
                      :request_id request-id))
   {:status status
    :headers {"Content-Type" "application/problem+json"}}))
