(ns ogrom.run
  "The program: wires source, API and Jetty together."
  (:require [ogrom.core.api :refer [api]]
            [ogrom.sources.mariadb :refer [mariadb-source]]
            [ogrom.sources.memory :refer [memory-source]]
            [ring.adapter.jetty :refer [run-jetty]])
  (:import [org.eclipse.jetty.server Server])
  (:gen-class))

(set! *warn-on-reflection* true)

(defn -main
  "Serve until SIGTERM: --store memory --catalogue FILE, or --store mysql://...; --port and --threads besides."
  [& options]
  (let [{:strs [--store --catalogue --port --threads]} (apply hash-map options)
        threads (parse-long --threads)
        source (if (= --store "memory")
                 (memory-source --catalogue)
                 (mariadb-source --store threads))]
    (run-jetty (api source)
               {:host "127.0.0.1"
                :port (parse-long --port)
                :min-threads threads
                :max-threads 50
                :send-server-version? false
                :configurator (fn [^Server server] (.setStopAtShutdown server true))})))
