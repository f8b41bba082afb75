;; Loops that write columns of DataRow messages. Addresses are bytes of this module's memory; a chunk's columns lie there
;; as DuckDB's vectors hold them. `valid` is a validity mask (a set bit: not null) or 0 where no row is null. `sizes`
;; and `places` are 32-bit words, one a row: first what the row's message adds up to, then where its next field goes.
;; A field is a 32-bit length in network order, then its bytes; the length of a null is -1.
(memory (export "memory") 16)

;; Bytes 0 to 199: "00" to "99". From 256: 64-bit powers of ten, 10^0 to 10^19. Chunks are put from 512 on.
(func $prepare (local $i i32) (local $power i64)
  (loop $next
    (i32.store16 (i32.shl (local.get $i) (i32.const 1))
      (i32.add (i32.const 0x3030)
        (i32.or (i32.div_u (local.get $i) (i32.const 10))
          (i32.shl (i32.rem_u (local.get $i) (i32.const 10)) (i32.const 8)))))
    (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
  (local.set $power (i64.const 1))
  (local.set $i (i32.const 256))
  (loop $next
    (i64.store (local.get $i) (local.get $power))
    (local.set $power (i64.mul (local.get $power) (i64.const 10)))
    (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 416)))))
(start $prepare)

(func $null (param $valid i32) (param $row i32) (result i32)
  (if (result i32) (local.get $valid)
    (then (i32.eqz (i32.and (i32.const 1) (i32.shr_u
      (i32.load8_u (i32.add (local.get $valid) (i32.shr_u (local.get $row) (i32.const 3))))
      (i32.and (local.get $row) (i32.const 7))))))
    (else (i32.const 0))))

(func $word (param $array i32) (param $row i32) (result i32)
  (i32.add (local.get $array) (i32.shl (local.get $row) (i32.const 2))))
(func $long (param $array i32) (param $row i32) (result i32)
  (i32.add (local.get $array) (i32.shl (local.get $row) (i32.const 3))))
(func $power (param $exponent i32) (result i64)
  (i64.load offset=256 (i32.shl (local.get $exponent) (i32.const 3))))

(func $swap (param $word i32) (result i32)
  (i32.or (i32.and (i32.rotl (local.get $word) (i32.const 8)) (i32.const 0x00ff00ff))
    (i32.and (i32.rotl (local.get $word) (i32.const 24)) (i32.const 0xff00ff00))))

(func $grow (param $sizes i32) (param $row i32) (param $bytes i32) (local $at i32)
  (local.set $at (call $word (local.get $sizes) (local.get $row)))
  (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (local.get $bytes))))

;; The sum of all sizes.
(func (export "total") (param $sizes i32) (param $count i32) (result f64) (local $row i32) (local $total i64)
  (loop $next
    (local.set $total (i64.add (local.get $total)
      (i64.load32_u (call $word (local.get $sizes) (local.get $row)))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count))))
  (f64.convert_i64_u (local.get $total)))

;; Writes the heads of `count` messages from `at` on; sizes become the places of the first fields.
(func (export "begin") (param $sizes i32) (param $count i32) (param $at i32) (param $fields i32)
  (local $row i32) (local $size i32)
  (loop $next
    (local.set $size (i32.load (call $word (local.get $sizes) (local.get $row))))
    (i32.store8 (local.get $at) (i32.const 68))
    (i32.store offset=1 (local.get $at) (call $swap (i32.sub (local.get $size) (i32.const 1))))
    (i32.store8 offset=5 (local.get $at) (i32.shr_u (local.get $fields) (i32.const 8)))
    (i32.store8 offset=6 (local.get $at) (local.get $fields))
    (i32.store (call $word (local.get $sizes) (local.get $row)) (i32.add (local.get $at) (i32.const 7)))
    (local.set $at (i32.add (local.get $at) (local.get $size)))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))

;; Signed 16- and 32-bit values to 64 bits.
(func (export "widen16") (param $from i32) (param $to i32) (param $count i32) (local $row i32)
  (loop $next
    (i64.store (call $long (local.get $to) (local.get $row))
      (i64.load16_s (i32.add (local.get $from) (i32.shl (local.get $row) (i32.const 1)))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))
(func (export "widen32") (param $from i32) (param $to i32) (param $count i32) (local $row i32)
  (loop $next
    (i64.store (call $long (local.get $to) (local.get $row))
      (i64.load32_s (call $word (local.get $from) (local.get $row))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))

;; Whether all values that are not null are within bounds, both included.
(func (export "within32") (param $values i32) (param $valid i32) (param $count i32) (param $low i32) (param $high i32)
  (result i32) (local $row i32) (local $value i32)
  (loop $next
    (local.set $value (i32.load (call $word (local.get $values) (local.get $row))))
    (if (i32.or (i32.lt_s (local.get $value) (local.get $low)) (i32.gt_s (local.get $value) (local.get $high)))
      (then (if (i32.eqz (call $null (local.get $valid) (local.get $row))) (then (return (i32.const 0))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count))))
  (i32.const 1))
(func (export "within64") (param $values i32) (param $valid i32) (param $count i32) (param $low i64) (param $high i64)
  (result i32) (local $row i32) (local $value i64)
  (loop $next
    (local.set $value (i64.load (call $long (local.get $values) (local.get $row))))
    (if (i32.or (i64.lt_s (local.get $value) (local.get $low)) (i64.gt_s (local.get $value) (local.get $high)))
      (then (if (i32.eqz (call $null (local.get $valid) (local.get $row))) (then (return (i32.const 0))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count))))
  (i32.const 1))

;; Fields of one width, `size` bytes without the length.
(func (export "measureFixed") (param $valid i32) (param $sizes i32) (param $count i32) (param $size i32)
  (local $row i32)
  (loop $next
    (call $grow (local.get $sizes) (local.get $row) (select (i32.const 4) (i32.add (local.get $size) (i32.const 4))
      (call $null (local.get $valid) (local.get $row))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))

;; A null's field at the row's place; false where the row is not null.
(func $putNull (param $valid i32) (param $places i32) (param $row i32) (result i32) (local $place i32) (local $at i32)
  (if (call $null (local.get $valid) (local.get $row)) (then
    (local.set $place (call $word (local.get $places) (local.get $row)))
    (local.set $at (i32.load (local.get $place)))
    (i32.store (local.get $at) (i32.const -1))
    (i32.store (local.get $place) (i32.add (local.get $at) (i32.const 4)))
    (return (i32.const 1))))
  (i32.const 0))

;; The length of a field of `size` bytes at the row's place, which moves behind the field; where its bytes go.
(func $open (param $places i32) (param $row i32) (param $size i32) (result i32) (local $place i32) (local $at i32)
  (local.set $place (call $word (local.get $places) (local.get $row)))
  (local.set $at (i32.load (local.get $place)))
  (i32.store (local.get $at) (call $swap (local.get $size)))
  (i32.store (local.get $place) (i32.add (i32.add (local.get $at) (i32.const 4)) (local.get $size)))
  (i32.add (local.get $at) (i32.const 4)))

;; Booleans, one byte each, as one of two bytes.
(func (export "putBooleans") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (param $yes i32) (param $no i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (i32.store8 (call $open (local.get $places) (local.get $row) (i32.const 1))
        (select (local.get $yes) (local.get $no)
          (i32.load8_u (i32.add (local.get $values) (local.get $row)))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))

;; Values plus `bias` in network order: 32-bit ones as 16 or 32 bits, 64-bit ones whole.
(func (export "putWords16") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (i32.store16 (call $open (local.get $places) (local.get $row) (i32.const 2))
        (i32.shr_u (call $swap (i32.load (call $word (local.get $values) (local.get $row)))) (i32.const 16)))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))
(func (export "putWords32") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (param $bias i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (i32.store (call $open (local.get $places) (local.get $row) (i32.const 4))
        (call $swap (i32.add (local.get $bias) (i32.load (call $word (local.get $values) (local.get $row))))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))
(func (export "putWords64") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (param $bias i64) (local $at i32) (local $value i64)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (local.set $value (i64.add (local.get $bias) (i64.load (call $long (local.get $values) (local.get $row)))))
      (local.set $at (call $open (local.get $places) (local.get $row) (i32.const 8)))
      (i32.store (local.get $at) (call $swap (i32.wrap_i64 (i64.shr_u (local.get $value) (i64.const 32)))))
      (i32.store offset=4 (local.get $at) (call $swap (i32.wrap_i64 (local.get $value))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))

;; Strings are 16 bytes in a vector: the length, then up to 12 bytes, or 4 and an address of the process. Finds the
;; runs of neighbouring addresses, in row order, gaps of at most 4096 bytes within, and writes start and end of each to
;; `runs` (two 64-bit words). Addresses become those that strings have once the runs lie one after another from `heap`
;; on. -1 where there are more than `most` runs.
(func (export "findRuns") (param $entries i32) (param $valid i32) (param $count i32) (param $heap i32) (param $runs i32)
  (param $most i32) (result i32)
  (local $row i32) (local $entry i32) (local $found i32) (local $start i64) (local $end i64) (local $from i64)
  (local $to i64)
  (loop $next
    (local.set $entry (i32.add (local.get $entries) (i32.shl (local.get $row) (i32.const 4))))
    (if (i32.gt_u (i32.load (local.get $entry)) (i32.const 12)) (then
      (if (i32.eqz (call $null (local.get $valid) (local.get $row))) (then
        (local.set $from (i64.load offset=8 (local.get $entry)))
        (local.set $to (i64.add (local.get $from) (i64.load32_u (local.get $entry))))
        (if (i32.or (i64.lt_u (local.get $from) (local.get $start))
            (i64.gt_u (local.get $from) (i64.add (local.get $end) (i64.const 4096))))
          (then
            (if (i32.eq (local.get $found) (local.get $most)) (then (return (i32.const -1))))
            (if (local.get $found) (then
              (i64.store offset=8 (i32.sub (local.get $runs) (i32.const 16)) (local.get $end))
              (local.set $heap (i32.add (local.get $heap)
                (i32.wrap_i64 (i64.sub (local.get $end) (local.get $start)))))))
            (local.set $start (local.get $from))
            (local.set $end (local.get $to))
            (i64.store (local.get $runs) (local.get $start))
            (local.set $runs (i32.add (local.get $runs) (i32.const 16)))
            (local.set $found (i32.add (local.get $found) (i32.const 1))))
          (else (if (i64.gt_u (local.get $to) (local.get $end)) (then (local.set $end (local.get $to))))))
        (i32.store offset=8 (local.get $entry)
          (i32.add (local.get $heap) (i32.wrap_i64 (i64.sub (local.get $from) (local.get $start)))))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count))))
  (if (local.get $found) (then
    (i64.store offset=8 (i32.sub (local.get $runs) (i32.const 16)) (local.get $end))))
  (local.get $found))

(func (export "measureStrings") (param $entries i32) (param $valid i32) (param $sizes i32) (param $count i32)
  (local $row i32)
  (loop $next
    (call $grow (local.get $sizes) (local.get $row) (i32.add (i32.const 4) (select (i32.const 0)
      (i32.load (i32.add (local.get $entries) (i32.shl (local.get $row) (i32.const 4))))
      (call $null (local.get $valid) (local.get $row)))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))

(func (export "putStrings") (param $entries i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (local $entry i32) (local $size i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (local.set $entry (i32.add (local.get $entries) (i32.shl (local.get $row) (i32.const 4))))
      (local.set $size (i32.load (local.get $entry)))
      (call $copy (call $open (local.get $places) (local.get $row) (local.get $size))
        (if (result i32) (i32.le_u (local.get $size) (i32.const 12))
          (then (i32.add (local.get $entry) (i32.const 4)))
          (else (i32.load offset=8 (local.get $entry))))
        (local.get $size))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))

;; Pieces of 16, 8 or 4 bytes, the last one ending with the last byte.
(func $copy (param $to i32) (param $from i32) (param $size i32) (local $i i32)
  (if (i32.gt_u (local.get $size) (i32.const 256)) (then
    (memory.copy (local.get $to) (local.get $from) (local.get $size))
    (return)))
  (if (i32.ge_u (local.get $size) (i32.const 16)) (then
    (local.set $size (i32.sub (local.get $size) (i32.const 16)))
    (loop $next
      (v128.store (i32.add (local.get $to) (local.get $i)) (v128.load (i32.add (local.get $from) (local.get $i))))
      (br_if $next
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $size))))
    (v128.store (i32.add (local.get $to) (local.get $size)) (v128.load (i32.add (local.get $from) (local.get $size))))
    (return)))
  (if (i32.ge_u (local.get $size) (i32.const 8)) (then
    (local.set $size (i32.sub (local.get $size) (i32.const 8)))
    (i64.store (local.get $to) (i64.load (local.get $from)))
    (i64.store (i32.add (local.get $to) (local.get $size)) (i64.load (i32.add (local.get $from) (local.get $size))))
    (return)))
  (if (i32.ge_u (local.get $size) (i32.const 4)) (then
    (local.set $size (i32.sub (local.get $size) (i32.const 4)))
    (i32.store (local.get $to) (i32.load (local.get $from)))
    (i32.store (i32.add (local.get $to) (local.get $size)) (i32.load (i32.add (local.get $from) (local.get $size))))
    (return)))
  (if (local.get $size) (then
    (loop $next
      (i32.store8 (i32.add (local.get $to) (local.get $i)) (i32.load8_u (i32.add (local.get $from) (local.get $i))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $size)))))))
