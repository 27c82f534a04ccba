# Numbers that LogisticTest compares with, by base R.
# Run: Rscript jobs/src/test/reference/logistic.R
options(digits = 16)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = " ")))

# The fixture of LogisticTest.java: 120 rows in twelve buckets, two columns.
i <- 0:119
x1 <- (7 * i + i %/% 5) %% 11
x2 <- log1p((13 * i) %% 29)
y <- as.integer(((5 * i + i * (i %/% 7)) %% 13) + x1 - 2 * x2 > 6)
bucket <- i %% 12
control <- glm.control(epsilon = 1e-14, maxit = 100)
fit <- glm(y ~ x1 + x2, family = binomial, control = control)
show("positive", sum(y))
show("coefficients", coef(fit))
show("log-likelihood", as.numeric(logLik(fit)))

# Delete-one-bucket jackknife: refitted, and by one Newton step from the fit.
spread <- function(replicates) {
  deviations <- replicates - rowMeans(replicates)
  11 / 12 * deviations %*% t(deviations)
}
refitted <- sapply(0:11, function(g) coef(glm(y ~ x1 + x2, family = binomial, subset = bucket != g, control = control)))
X <- cbind(1, x1, x2)
p <- fitted(fit)
stepped <- sapply(0:11, function(g) {
  rows <- bucket != g
  information <- t(X[rows, ]) %*% (X[rows, ] * (p * (1 - p))[rows])
  coef(fit) + drop(solve(information, t(X[rows, ]) %*% (y - p)[rows]))
})
show("jackknife variances, refitted", diag(spread(refitted)))
show("jackknife covariance, one step", spread(stepped))
show("cluster sandwich variances", diag(sandwich::vcovCL(fit, cluster = bucket, type = "HC0")))

# The penalised fit: the same objective, maximised by optim's BFGS, then polished by Newton.
s <- sqrt(c(mean(x1^2) - mean(x1)^2, mean(x2^2) - mean(x2)^2))
m <- c(1, mean(x1), mean(x2))
P <- diag(c(0, s^2)) / 2.5^2 + m %*% t(m) / 100
penalised <- function(outcome) {
  b <- c(0, 0, 0)
  for (k in 1:200) {
    q <- plogis(drop(X %*% b))
    step <- solve(t(X) %*% (X * (q * (1 - q))) + P, t(X) %*% (outcome - q) - P %*% b)
    b <- b + drop(step) * min(1, 2 / max(abs(step)))
  }
  b
}
show("penalised", penalised(y))
show("penalised, separated by x1 > 5", penalised(as.integer(x1 > 5)))
show("penalised, nobody", penalised(0 * y))
