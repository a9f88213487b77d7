(ns ogrom.core.middleware
  "What is around the resources."
  (:import [java.util HexFormat]
           [java.util.concurrent ThreadLocalRandom]))

(set! *warn-on-reflection* true)

(defn wrap-request-id
  "Give each request an id, and tell it in the response."
  [handler]
  (fn [request]
    (let [id (.toHexDigits (HexFormat/of) (.nextLong (ThreadLocalRandom/current)))]
      (assoc-in (handler (assoc request :request-id id)) [:headers "X-Request-Id"] id))))

(defn- read?
  "Whether the response tells what was read."
  [{:keys [request-method]} {:keys [status]}]
  (and (#{:get :head} request-method) (#{200 304} status)))

(defn wrap-cache-control
  "Let caches keep what was read as `directives` say, and nothing else."
  [handler directives]
  (fn [request]
    (let [response (handler request)]
      (assoc-in response [:headers "Cache-Control"]
                (if (read? request response) directives "no-store")))))

(defn wrap-content-language
  "Say the language of what was read: the market's."
  [handler]
  (fn [request]
    (let [response (handler request)]
      (cond-> response
        (read? request response)
        (assoc-in [:headers "Content-Language"] (get-in request [:route-params :locale]))))))
