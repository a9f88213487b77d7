(ns ogrom.core.api
  "The API as one Ring handler."
  (:require [bidi.ring :as bidi]
            [liberator.representation :refer [as-response]]
            [ogrom.core.middleware :refer [wrap-cache-control wrap-content-language wrap-request-id]]
            [ogrom.core.representation :refer [problem]]
            [ogrom.core.resources :as resources]
            [ogrom.core.routes :refer [routes]]
            [ring.middleware.params :refer [wrap-params]]))

(defn- not-found [{:keys [uri] :as request}]
  (as-response (problem request 404 "Not Found" (str "There is nothing at " uri "."))
               {:request request}))

(defn api
  "The handler of all requests, reading from `source`."
  [source]
  (let [resources {:product (-> (resources/product source)
                                wrap-content-language
                                (wrap-cache-control "public, max-age=60"))
                   :collages (-> (resources/collages source)
                                 wrap-params
                                 wrap-content-language
                                 (wrap-cache-control "public, no-cache"))}
        missing (wrap-cache-control not-found "no-store")
        routed (bidi/make-handler routes #(get resources % missing))]
    ;; bidi answers nil where no route fits.
    (wrap-request-id #(or (routed %) (missing %)))))
