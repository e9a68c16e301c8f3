//! The logarithm of the gamma function.

/// From here on the series below is exact to the last places of a float.
const SERIES_FROM: f64 = 10.0;

/// `ln Γ(x)` for `x > 0`: Stirling's series (Abramowitz and Stegun 1964, 6.1.41), after `Γ(x) = Γ(x + 1) / x` has led
/// small numbers to where it holds.
pub(super) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < SERIES_FROM {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_factorial_and_the_half() {
        let mut factorial = 1.0_f64;
        for n in 1..20_u32 {
            assert!((ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-10, "{n}");
            factorial *= f64::from(n);
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-10);
        assert!((ln_gamma(1e6) - 12_815_504.569_147_6).abs() < 1e-6);
    }
}
