;; Numbers as text and as binary numerics; fields.wat has the terms.

;; Decimal digits of an unsigned value, 1 for zero.
(func $digits (param $value i64) (result i32) (local $estimate i32)
  (local.set $value (i64.or (local.get $value) (i64.const 1)))
  (local.set $estimate (i32.shr_u (i32.mul (i32.const 1233)
    (i32.sub (i32.const 64) (i32.wrap_i64 (i64.clz (local.get $value))))) (i32.const 12)))
  (i32.add (local.get $estimate) (i64.ge_u (local.get $value) (call $power (local.get $estimate)))))

(func $magnitude (param $value i64) (result i64)
  (select (i64.sub (i64.const 0) (local.get $value)) (local.get $value) (i64.lt_s (local.get $value) (i64.const 0))))

;; Two digits, 0 to 99.
(func $pair (param $at i32) (param $value i32)
  (i32.store16 (local.get $at) (i32.load16_u (i32.shl (local.get $value) (i32.const 1)))))

;; Exactly `count` digits that end before `end`.
(func $padded (param $end i32) (param $value i64) (param $count i32) (local $rest i32) (local $higher i32) (local $upper i64)
  (block $short
    (loop $next
      (br_if $short (i64.lt_u (local.get $value) (i64.const 100000000)))
      (local.set $upper (i64.div_u (local.get $value) (i64.const 100000000)))
      (local.set $rest (i32.wrap_i64
        (i64.sub (local.get $value) (i64.mul (local.get $upper) (i64.const 100000000)))))
      (call $padded (local.get $end) (i64.extend_i32_u (local.get $rest)) (i32.const 8))
      (local.set $value (local.get $upper))
      (local.set $end (i32.sub (local.get $end) (i32.const 8)))
      (local.set $count (i32.sub (local.get $count) (i32.const 8)))
      (br $next)))
  (local.set $rest (i32.wrap_i64 (local.get $value)))
  (block $done
    (loop $next
      (br_if $done (i32.lt_s (local.get $count) (i32.const 2)))
      (local.set $higher (i32.div_u (local.get $rest) (i32.const 100)))
      (local.set $end (i32.sub (local.get $end) (i32.const 2)))
      (call $pair (local.get $end) (i32.sub (local.get $rest) (i32.mul (local.get $higher) (i32.const 100))))
      (local.set $rest (local.get $higher))
      (local.set $count (i32.sub (local.get $count) (i32.const 2)))
      (br $next)))
  (if (i32.eq (local.get $count) (i32.const 1)) (then
    (i32.store8 (i32.sub (local.get $end) (i32.const 1)) (i32.add (local.get $rest) (i32.const 48))))))

;; Bytes of value * 10^-scale, all the digits of the scale after the point and at least one before it.
(func $numberSize (param $value i64) (param $scale i32) (result i32) (local $digits i32)
  (local.set $digits (call $digits (call $magnitude (local.get $value))))
  (i32.add (i64.lt_s (local.get $value) (i64.const 0))
    (i32.add (i32.ne (local.get $scale) (i32.const 0))
      (select (local.get $digits) (i32.add (local.get $scale) (i32.const 1))
        (i32.gt_u (local.get $digits) (local.get $scale))))))

;; The number in the `size` bytes that $numberSize said.
(func $number (param $at i32) (param $size i32) (param $value i64) (param $scale i32)
  (local $magnitude i64) (local $whole i64) (local $end i32) (local $wholeEnd i32)
  (local.set $end (i32.add (local.get $at) (local.get $size)))
  (local.set $magnitude (call $magnitude (local.get $value)))
  (if (i64.lt_s (local.get $value) (i64.const 0)) (then
    (i32.store8 (local.get $at) (i32.const 45))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))))
  (if (i32.eqz (local.get $scale)) (then
    (call $padded (local.get $end) (local.get $magnitude) (i32.sub (local.get $end) (local.get $at)))
    (return)))
  (local.set $whole (i64.div_u (local.get $magnitude) (call $power (local.get $scale))))
  (call $padded (local.get $end)
    (i64.sub (local.get $magnitude) (i64.mul (local.get $whole) (call $power (local.get $scale)))) (local.get $scale))
  (local.set $wholeEnd (i32.sub (i32.sub (local.get $end) (local.get $scale)) (i32.const 1)))
  (i32.store8 (local.get $wholeEnd) (i32.const 46))
  (call $padded (local.get $wholeEnd) (local.get $whole) (i32.sub (local.get $wholeEnd) (local.get $at))))

;; 64-bit values * 10^-scale; scale 0 to 18.
(func (export "measureNumbers") (param $values i32) (param $valid i32) (param $sizes i32) (param $count i32)
  (param $scale i32) (local $row i32)
  (loop $next
    (call $grow (local.get $sizes) (local.get $row) (if (result i32) (call $null (local.get $valid) (local.get $row))
      (then (i32.const 4))
      (else (i32.add (i32.const 4)
        (call $numberSize (i64.load (call $long (local.get $values) (local.get $row))) (local.get $scale))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))
(func (export "putNumbers") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (param $scale i32) (local $value i64) (local $size i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (local.set $value (i64.load (call $long (local.get $values) (local.get $row))))
      (local.set $size (call $numberSize (local.get $value) (local.get $scale)))
      (call $number (call $open (local.get $places) (local.get $row) (local.get $size)) (local.get $size)
        (local.get $value) (local.get $scale))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))

;; Doubles as short decimals: value * 4 + scale of at most three digits after the point and 15 in all, which are the
;; shortest digits where they read back as the double. False where a double is none of these (zero is, -0 is not).
(func (export "shortDoubles") (param $values i32) (param $valid i32) (param $count i32) (result i32)
  (local $row i32) (local $at i32) (local $value f64) (local $rounded f64)
  (loop $next
    (if (i32.eqz (call $null (local.get $valid) (local.get $row))) (then
      (local.set $at (call $long (local.get $values) (local.get $row)))
      (local.set $value (f64.load (local.get $at)))
      (local.set $rounded (f64.nearest (f64.mul (local.get $value) (f64.const 1000))))
      (if (i32.eqz (i32.and
          (f64.eq (f64.div (local.get $rounded) (f64.const 1000)) (local.get $value))
          (f64.lt (f64.abs (local.get $rounded)) (f64.const 1e15))))
        (then (return (i32.const 0))))
      (if (i64.eq (i64.load (local.get $at)) (i64.const 0x8000000000000000)) (then (return (i32.const 0))))
      (i64.store (local.get $at) (call $shortened (i64.trunc_f64_s (local.get $rounded))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count))))
  (i32.const 1))

;; Thousandths without trailing zeros.
(func $shortened (param $value i64) (result i64) (local $scale i64) (local $tenth i64)
  (local.set $scale (i64.const 3))
  (block $done
    (loop $next
      (br_if $done (i64.eqz (local.get $scale)))
      (local.set $tenth (i64.div_s (local.get $value) (i64.const 10)))
      (br_if $done (i64.ne (i64.mul (local.get $tenth) (i64.const 10)) (local.get $value)))
      (local.set $value (local.get $tenth))
      (local.set $scale (i64.sub (local.get $scale) (i64.const 1)))
      (br $next)))
  (i64.add (i64.shl (local.get $value) (i64.const 2)) (local.get $scale)))

(func (export "measureShort") (param $values i32) (param $valid i32) (param $sizes i32) (param $count i32)
  (local $row i32) (local $value i64)
  (loop $next
    (local.set $value (i64.load (call $long (local.get $values) (local.get $row))))
    (call $grow (local.get $sizes) (local.get $row) (if (result i32) (call $null (local.get $valid) (local.get $row))
      (then (i32.const 4))
      (else (i32.add (i32.const 4) (call $numberSize (i64.shr_s (local.get $value) (i64.const 2))
        (i32.and (i32.wrap_i64 (local.get $value)) (i32.const 3)))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))
(func (export "putShort") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (local $value i64) (local $size i32) (local $scale i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (local.set $value (i64.load (call $long (local.get $values) (local.get $row))))
      (local.set $scale (i32.and (i32.wrap_i64 (local.get $value)) (i32.const 3)))
      (local.set $value (i64.shr_s (local.get $value) (i64.const 2)))
      (local.set $size (call $numberSize (local.get $value) (local.get $scale)))
      (call $number (call $open (local.get $places) (local.get $row) (local.get $size)) (local.get $size)
        (local.get $value) (local.get $scale))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))

;; numeric_send of value * 10^-scale, scale 0 to 16: how many base-10,000 digits there are, without leading and trailing
;; zeros; written to `at` (a head of four 16-bit words, then the digits) unless that is 0.
(func $numeric (param $at i32) (param $value i64) (param $scale i32) (result i32)
  (local $whole i64) (local $fraction i64) (local $higher i64) (local $groups i32) (local $count i32) (local $weight i32)
  (local $end i32)
  (local.set $fraction (call $magnitude (local.get $value)))
  (local.set $whole (i64.div_u (local.get $fraction) (call $power (local.get $scale))))
  (local.set $groups (i32.shr_u (i32.add (local.get $scale) (i32.const 3)) (i32.const 2)))
  (local.set $fraction (i64.mul
    (i64.sub (local.get $fraction) (i64.mul (local.get $whole) (call $power (local.get $scale))))
    (call $power (i32.sub (i32.shl (local.get $groups) (i32.const 2)) (local.get $scale)))))
  (local.set $count (i32.shr_u (i32.add (call $digits (local.get $whole)) (i32.const 3)) (i32.const 2)))
  (local.set $weight (i32.sub (local.get $count) (i32.const 1)))
  (if (i64.eqz (local.get $fraction))
    (then
      (local.set $groups (i32.const 0))
      (if (i64.eqz (local.get $whole))
        (then (local.set $count (i32.const 0)) (local.set $weight (i32.const 0)))
        (else (block $done (loop $next
          (local.set $higher (i64.div_u (local.get $whole) (i64.const 10000)))
          (br_if $done (i64.ne (i64.mul (local.get $higher) (i64.const 10000)) (local.get $whole)))
          (local.set $whole (local.get $higher))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $next))))))
    (else
      (block $done (loop $next
        (local.set $higher (i64.div_u (local.get $fraction) (i64.const 10000)))
        (br_if $done (i64.ne (i64.mul (local.get $higher) (i64.const 10000)) (local.get $fraction)))
        (local.set $fraction (local.get $higher))
        (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
        (br $next)))
      (if (i64.eqz (local.get $whole)) (then
        (local.set $count (i32.shr_u (i32.add (call $digits (local.get $fraction)) (i32.const 3)) (i32.const 2)))
        (local.set $weight (i32.sub (local.get $count) (i32.add (local.get $groups) (i32.const 1))))
        (local.set $groups (local.get $count))
        (local.set $count (i32.const 0))))
      (local.set $count (i32.add (local.get $count) (local.get $groups)))))
  (if (local.get $at) (then
    (call $short (local.get $at) (local.get $count))
    (call $short (i32.add (local.get $at) (i32.const 2)) (local.get $weight))
    (call $short (i32.add (local.get $at) (i32.const 4))
      (select (i32.const 0x4000) (i32.const 0) (i64.lt_s (local.get $value) (i64.const 0))))
    (call $short (i32.add (local.get $at) (i32.const 6)) (local.get $scale))
    (local.set $end (i32.add (local.get $at) (i32.add (i32.const 8) (i32.shl (local.get $count) (i32.const 1)))))
    (local.set $end (call $base10000 (local.get $end) (local.get $fraction) (local.get $groups)))
    (drop (call $base10000 (local.get $end) (local.get $whole) (i32.sub (local.get $count) (local.get $groups))))))
  (local.get $count))

(func $short (param $at i32) (param $value i32)
  (i32.store16 (local.get $at) (i32.shr_u (call $swap (local.get $value)) (i32.const 16))))

;; So many base-10,000 digits that end before `end`; where they begin.
(func $base10000 (param $end i32) (param $value i64) (param $count i32) (result i32) (local $higher i64)
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $count)))
      (local.set $higher (i64.div_u (local.get $value) (i64.const 10000)))
      (local.set $end (i32.sub (local.get $end) (i32.const 2)))
      (call $short (local.get $end)
        (i32.wrap_i64 (i64.sub (local.get $value) (i64.mul (local.get $higher) (i64.const 10000)))))
      (local.set $value (local.get $higher))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $next)))
  (local.get $end))

(func (export "measureNumerics") (param $values i32) (param $valid i32) (param $sizes i32) (param $count i32)
  (param $scale i32) (local $row i32)
  (loop $next
    (call $grow (local.get $sizes) (local.get $row) (if (result i32) (call $null (local.get $valid) (local.get $row))
      (then (i32.const 4))
      (else (i32.add (i32.const 12) (i32.shl (call $numeric (i32.const 0)
        (i64.load (call $long (local.get $values) (local.get $row))) (local.get $scale)) (i32.const 1))))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $count)))))
(func (export "putNumerics") (param $values i32) (param $valid i32) (param $places i32) (param $row i32) (param $end i32)
  (param $scale i32) (local $at i32) (local $place i32) (local $size i32)
  (loop $next
    (if (i32.eqz (call $putNull (local.get $valid) (local.get $places) (local.get $row))) (then
      (local.set $place (call $word (local.get $places) (local.get $row)))
      (local.set $at (i32.load (local.get $place)))
      (local.set $size (i32.add (i32.const 8) (i32.shl (call $numeric (i32.add (local.get $at) (i32.const 4))
        (i64.load (call $long (local.get $values) (local.get $row))) (local.get $scale)) (i32.const 1))))
      (drop (call $open (local.get $places) (local.get $row) (local.get $size)))))
    (br_if $next (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $end)))))
