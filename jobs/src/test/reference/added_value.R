# Numbers that AddedValueTest compares with, by base R and survival.
# Run: Rscript jobs/src/test/reference/added_value.R
suppressPackageStartupMessages(library(survival))
options(digits = 16)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = " ")))

# The fixture of AddedValueTest.java: twelve buckets, three strata, four levels. The baseline log
# odds of an observation depend on its stratum and level.
cells <- expand.grid(level = 0:3, stratum = 0:2, bucket = 0:11)
cells$retained <- with(cells, (5 * bucket + 3 * level + 7 * stratum + bucket * level) %% 5 + level + stratum)
cells$lost <- with(cells, (3 * bucket + 5 * level + 2 * stratum + bucket * stratum) %% 4 + 3 - level)
cells$baseline <- with(cells, stratum - 1 + level / 10)
rows <- rbind(
  data.frame(cells[rep(seq_len(nrow(cells)), cells$retained), ], y = 1),
  data.frame(cells[rep(seq_len(nrow(cells)), cells$lost), ], y = 0))
show("retained, lost", c(sum(rows$y), sum(1 - rows$y)))

within <- concordance(y ~ level + strata(stratum), data = rows)
counts <- if (is.matrix(within$count)) colSums(within$count) else within$count
show("auc within strata", (counts[["concordant"]] + counts[["tied.x"]] / 2) / sum(counts[c("concordant", "discordant", "tied.x")]))

# The penalised fit, as in logistic.R, on rows.
penalised <- function(X, y, at = NULL) {
  m <- colMeans(X)
  P <- diag(c(0, (colMeans(X^2) - m^2)[-1])) / 2.5^2 + m %*% t(m) / 100
  b <- rep(0, ncol(X))
  for (k in 1:60) {
    q <- plogis(drop(X %*% b))
    b <- b + drop(solve(t(X) %*% (X * (q * (1 - q))) + P, t(X) %*% (y - q) - P %*% b))
  }
  list(coefficients = b, precision = P)
}
deviation <- sqrt(mean(rows$level^2) - mean(rows$level)^2)
full <- cbind(1, rows$baseline, rows$level / deviation)
fit <- penalised(full, rows$y)
q <- plogis(drop(full %*% fit$coefficients))
stepped <- sapply(0:11, function(g) {
  kept <- rows$bucket != g
  A <- t(full[kept, ]) %*% (full[kept, ] * (q * (1 - q))[kept]) + fit$precision
  fit$coefficients + drop(solve(A, t(full[kept, ]) %*% (rows$y - q)[kept] - fit$precision %*% fit$coefficients))
})
variance <- 11 / 12 * sum((stepped[3, ] - mean(stepped[3, ]))^2)
show("coefficient, variance", c(fit$coefficients[3], variance))
show("p", 2 * pt(-abs(fit$coefficients[3]) / sqrt(variance), 11))

loglik <- function(X) {
  out <- numeric(nrow(X))
  for (fold in 0:4) {
    held <- rows$bucket %% 5 == fold
    b <- penalised(X[!held, , drop = FALSE], rows$y[!held])$coefficients
    p <- plogis(drop(X[held, , drop = FALSE] %*% b))
    out[held] <- ifelse(rows$y[held] == 1, log(p), log(1 - p))
  }
  out
}
base <- loglik(full[, 1:2])
gain <- loglik(full) - base
show("baseline log-loss, gain", c(-mean(base), mean(gain)))
means <- sapply(0:11, function(g) mean(gain[rows$bucket != g]))
show("variance of the gain", 11 / 12 * sum((means - mean(means))^2))
