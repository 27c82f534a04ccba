# How long LMG takes in plain R, to set beside ImportanceBenchmark.java.
# Run: Rscript jobs/src/test/reference/importance_speed.R
#
# Without relaimpo, which importance_bootstrap.R asks. For each replicate: R squared of all 2^m
# sets from the covariance matrix, one solve per set, then Shapley's formula.
set.seed(1)
lmg <- function(covariance, m) {
  member <- sapply(1:m, function(i) bitwAnd(0:(2^m - 1), 2^(i - 1)) > 0)
  value <- numeric(2^m)
  for (set in 2:2^m) {
    columns <- which(member[set, ])
    crossed <- covariance[columns, m + 1]
    value[set] <- sum(crossed * solve(covariance[columns, columns, drop = FALSE], crossed))
  }
  value <- value / covariance[m + 1, m + 1]
  size <- rowSums(member)
  weight <- factorial(0:(m - 1)) * factorial(m - 1:m) / factorial(m)
  sapply(1:m, function(i) {
    without <- which(!member[, i])
    sum(weight[size[without] + 1] * (value[without + 2^(i - 1)] - value[without]))
  })
}
m <- 12
halo <- rnorm(5000)
ratings <- round(6 + 1.5 * halo + 2 * matrix(rnorm(5000 * m), ncol = m))
data <- cbind(ratings, drop(ratings %*% (0:(m - 1)) / 40) + 2 * rnorm(5000))
seconds <- system.time(for (replicate in 1:5) lmg(cov(data[-(1:replicate), ]), m))[["elapsed"]] / 5
cat(sprintf("one replicate, 12 drivers, 1 outcome  %.3f s\n", seconds))
cat(sprintf("65 replicates, 6 outcomes             %.1f s\n", 65 * 6 * seconds))
cat(sprintf("100 segments of those, one thread     %.0f s\n", 100 * 65 * 6 * seconds))
