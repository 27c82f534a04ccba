# The probability of a surprise in any of twelve monthly looks.
# Run: Rscript jobs/src/test/reference/looks.R
library(mvtnorm)
set.seed(1)
looks <- 12

# Complete windows of the months from `begin` (excluded) to `end` stand behind each look.
correlation <- function(begin, end) {
  shared <- outer(1:looks, 1:looks, Vectorize(function(i, j)
    max(0, min(end[i], end[j]) - max(begin[i], begin[j]))))
  shared / sqrt(outer(diag(shared), diag(shared)))
}
# Data of a company that is `age` months old at the first look, in a window of `months`.
company <- function(age, months) {
  end <- age + 0:(looks - 1)
  correlation(pmax(0, end - months), end)
}
tail <- function(correlation, z, points = 3e6) {
  1 - pmvnorm(rep(-z, looks), rep(z, looks), corr = correlation,
              algorithm = GenzBretz(maxpts = points, abseps = 1e-7))[1]
}

cat("Sliding: months, z, probability\n")
for (months in c(1, 2, 6, 12, 18, 21, 24, 36)) {
  for (z in c(2, 2.5, 3, 4)) {
    cat(sprintf("%d, %.1f, %.6f\n", months, z, tail(company(months, months), z)))
  }
}
cat("Growing from one month: z, probability\n")
for (z in c(2, 2.5, 3, 4)) cat(sprintf("%.1f, %.6f\n", z, tail(company(1, Inf), z)))

# In no company younger than its window are surprises more likely than in the worse of the two.
worst <- 0
for (months in c(2, 3, 6, 12, 18)) {
  for (z in c(2.6, 3)) {
    bound <- max(tail(company(months, months), z, 1e5), tail(company(1, Inf), z, 1e5))
    ages <- unique(pmin(months, c(1, 2, 3, 5, 9)))
    worst <- max(worst, sapply(ages, function(age) tail(company(age, months), z, 1e5)) / bound)
  }
}
cat(sprintf("largest ratio to the worse of the two: %.3f\n", worst))
