# Numbers that LeadLagTest compares with, by base R.
# Run: Rscript jobs/src/test/reference/lead_lag.R
options(digits = 16)
show <- function(name, value) cat(sprintf("%-34s %s\n", name, paste(sprintf("%.16g", value), collapse = " ")))

# The fixture of LeadLagTest.java: 240 rows in twelve buckets.
i <- 0:239
score <- (7 * i + i %/% 5) %% 11
history <- log1p((13 * i) %% 29)
recent <- cbind((3 * i + i %/% 7) %% 5, (11 * i) %% 13, (i * (i %/% 3)) %% 7)
revenue <- (5 * i + 3 * score + i * (i %/% 11)) %% 17 + score / 2 + recent[, 1]
lost <- as.integer((17 * i + i %/% 4 + 2 * recent[, 2]) %% 10 < 4 - score / 5)
bucket <- i %% 12
show("lost", sum(lost))

partial <- function(y, controls, rows = TRUE) {
  cor(resid(lm(score[rows] ~ controls[rows, ])), resid(lm(y[rows] ~ controls[rows, ])))
}
summaries <- function(name, y, controls, df) {
  r <- partial(y, controls)
  z <- sapply(0:11, function(g) atanh(partial(y, controls, bucket != g)))
  v <- 11 / 12 * sum((z - mean(z))^2)
  show(paste(name, "r, interval"), c(r, tanh(atanh(r) + c(-1, 1) * qt(0.975, df) * sqrt(v))))
  show(paste(name, "p"), 2 * pt(-abs(atanh(r)) / sqrt(v), df))
}
past <- cbind(history)
all <- cbind(history, recent)
df <- min(length(unique(bucket[lost == 1])), length(unique(bucket[lost == 0]))) - 1
show("df of losses", df)
summaries("revenue", revenue, past, 11)
summaries("revenue beyond past", revenue, all, 11)
summaries("losses", lost, past, df)
summaries("losses beyond past", lost, all, df)
p <- c(.01, .04, .03, .005, NA, .2)
show("p.adjust holm", p.adjust(p, "holm"))
