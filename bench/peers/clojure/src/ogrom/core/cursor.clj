(ns ogrom.core.cursor
  "Ogrom's cursors: a tag of the list, then the key of the page's last item in MessagePack, as base64url."
  (:import [java.io ByteArrayOutputStream DataOutputStream]
           [java.nio.charset StandardCharsets]
           [java.time Instant]
           [java.util Base64]
           [org.bouncycastle.crypto.digests Blake2bDigest]))

(set! *warn-on-reflection* true)

(def ^:private tag-bytes 6)

(defn- tag
  "What tells this list from others: a digest of the tuple that Python prints of its name and scope."
  ^bytes [locale]
  (let [scope (.getBytes (str "('collages', ('" locale "', None))") StandardCharsets/UTF_8)
        digest (doto (Blake2bDigest. (int (* 8 tag-bytes)))
                 (.update scope 0 (alength scope)))
        found (byte-array tag-bytes)]
    (.doFinal digest found 0)
    found))

(defn- write-time
  "Write a moment as MessagePack's extension -1: 32 bits of seconds, or 30 bits of nanoseconds and 34 of seconds."
  [^DataOutputStream out ^Instant time]
  (let [seconds (.getEpochSecond time)
        nanoseconds (.getNano time)]
    (if (and (zero? nanoseconds) (< seconds 0x100000000))
      (doto out (.writeByte 0xd6) (.writeByte 0xff) (.writeInt (unchecked-int seconds)))
      (doto out (.writeByte 0xd7) (.writeByte 0xff)
            (.writeLong (bit-or (bit-shift-left nanoseconds 34) seconds))))))

(defn- write-id
  "Write a positive integer in the shortest form that MessagePack has."
  [^DataOutputStream out ^long id]
  (cond
    (< id 0x80) (.writeByte out id)
    (< id 0x100) (doto out (.writeByte 0xcc) (.writeByte id))
    (< id 0x10000) (doto out (.writeByte 0xcd) (.writeShort id))
    (< id 0x100000000) (doto out (.writeByte 0xce) (.writeInt (unchecked-int id)))
    :else (doto out (.writeByte 0xcf) (.writeLong id))))

(defn after
  "The cursor of what follows a collage in the market's list."
  [locale {:keys [created-at id]}]
  (let [packed (ByteArrayOutputStream.)]
    (with-open [out (DataOutputStream. packed)]
      (.write out (tag locale))
      (.writeByte out 0x92)
      (write-time out created-at)
      (write-id out id))
    (.encodeToString (.withoutPadding (Base64/getUrlEncoder)) (.toByteArray packed))))
